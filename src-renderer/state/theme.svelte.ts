type ThemeChoice = 'system' | 'dark' | 'light';
const KEY = 'understudy.theme';

function saved(): ThemeChoice {
  const value = localStorage.getItem(KEY);
  return value === 'dark' || value === 'light' ? value : 'system';
}

/** Follows the system until a person chooses; the choice is kept in this window's storage. */
class Theme {
  choice = $state<ThemeChoice>(saved());
  #system = $state<'dark' | 'light'>('dark');
  readonly shown = $derived(this.choice === 'system' ? this.#system : this.choice);

  connect(): void {
    const query = matchMedia('(prefers-color-scheme: light)');
    const follow = () => {
      this.#system = query.matches ? 'light' : 'dark';
      this.#apply();
    };
    query.addEventListener('change', follow);
    follow();
  }

  toggle(): void {
    this.choice = this.shown === 'dark' ? 'light' : 'dark';
    localStorage.setItem(KEY, this.choice);
    this.#apply();
  }

  #apply(): void {
    document.documentElement.dataset.theme = this.shown;
  }
}

export const theme = new Theme();
