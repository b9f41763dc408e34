import type { Player } from './player.svelte';

/** Keys of the player wherever the focus is not in a field or a list. `true`: it was one of them. */
export function playerKey(event: KeyboardEvent, player: Player): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const second = event.shiftKey ? 10 : 1;
  switch (event.key) {
    case ' ':
    case 'k':
      player.toggle();
      return true;
    case 'ArrowLeft':
    case ',':
      player.step(-second);
      return true;
    case 'ArrowRight':
    case '.':
      player.step(second);
      return true;
    case 'Home':
      player.show(player.kept.from);
      return true;
    case 'End':
      player.show(player.kept.to - 1);
      return true;
    case 'l':
      player.loop = !player.loop;
      return true;
    case 'i':
    case '[':
      player.keep(player.row, player.kept.to);
      return true;
    case 'o':
    case ']':
      player.keep(player.kept.from, player.row + 1);
      return true;
    default:
      return false;
  }
}
