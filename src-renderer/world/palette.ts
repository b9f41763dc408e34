/** Colours of a drawn world, #rrggbb. The screen's view follows the theme; the recorded cameras never do. */
export interface Palette {
  readonly sky: string;
  readonly table: string;
  readonly body: string;
  readonly servo: string;
  readonly pad: string;
}

/** What the simulated cameras see, in every theme and on every machine: policies learn these colours. */
export const CAMERA_PALETTE: Palette = {
  sky: '#8d97a3',
  table: '#b9b2a6',
  body: '#f2f2ee',
  servo: '#2b2e33',
  pad: '#5d6670',
};

/** The present theme's colours for the view on the screen. */
export function themePalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--view-${name}`).trim() || '#888888';
  return { sky: token('sky'), table: token('table'), body: token('body'), servo: token('servo'), pad: token('pad') };
}
