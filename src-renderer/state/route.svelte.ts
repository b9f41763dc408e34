export const SCREENS = ['Drive', 'Demos', 'Train', 'Autopilot', 'Setup'] as const;
export type Screen = (typeof SCREENS)[number];

const fromHash = (): Screen => SCREENS.find((s) => `#${s.toLowerCase()}` === location.hash) ?? 'Drive';

/** Which screen is shown: the address's hash, so that a reload stays where it was. */
class Route {
  screen = $state<Screen>(fromHash());

  connect(): void {
    window.addEventListener('hashchange', () => {
      this.screen = fromHash();
    });
  }

  go(screen: Screen): void {
    location.hash = screen.toLowerCase();
  }
}

export const route = new Route();
