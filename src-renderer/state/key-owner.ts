/** Where the keyboard's focus is: nowhere special, on a button or slider, in a list with keys of its own, or in a text field. */
export type Focus = 'page' | 'control' | 'list' | 'text';

/** Keys that work buttons, sliders and radio groups. */
const CONTROL_KEYS = new Set([
  'Space',
  'Enter',
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'PageUp',
  'PageDown',
  'Tab',
]);

/**
 * Whether a key is the robot's or the page's. `moving`: somebody drives. Escape stops from anywhere while the arm may
 * move, and so does Space outside of text, even on a focused button: stopping comes before pressing.
 */
export function robotOwns(code: string, focus: Focus, moving: boolean): boolean {
  if (code === 'Escape' && moving) return true;
  if (focus === 'text') return false;
  if (focus === 'page') return code !== 'Tab';
  if (code === 'Space') return moving;
  if (focus === 'list') return false;
  return !CONTROL_KEYS.has(code);
}

export function focusOf(element: Element | null): Focus {
  if (!element || element === document.body) return 'page';
  if (element.closest('[role="dialog"], [role="alertdialog"]')) return 'text';
  if (element.closest('[role="listbox"]')) return 'list';
  if (element instanceof HTMLElement && element.isContentEditable) return 'text';
  if (element.tagName === 'TEXTAREA' || element.tagName === 'SELECT') return 'text';
  if (element instanceof HTMLInputElement)
    return ['checkbox', 'radio', 'button', 'range'].includes(element.type) ? 'control' : 'text';
  return element.matches('button, a, [tabindex], video') ? 'control' : 'page';
}

/**
 * A control that was clicked keeps the focus, and would swallow the next Enter that means "record". After a click with
 * the mouse the focus goes back to the page; who walks with Tab keeps it.
 */
export function releaseFocusAfterClicks(): () => void {
  const release = (event: MouseEvent) => {
    const active = document.activeElement;
    if (event.detail === 0 || !(active instanceof HTMLElement)) return;
    if (focusOf(active) === 'control') active.blur();
  };
  window.addEventListener('click', release);
  return () => window.removeEventListener('click', release);
}
