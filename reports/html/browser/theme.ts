/** Light or dark: as the system has it, until the reader says otherwise. Remembered where the browser lets a file remember. */

const KEY = 'holdfast-theme';
const root = document.documentElement;

const isDark = (): boolean =>
  (root.dataset['theme'] ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';

export const rememberedTheme = (): void => {
  try {
    const theme = localStorage.getItem(KEY);
    if (theme === 'light' || theme === 'dark') root.dataset['theme'] = theme;
  } catch {
    // A page from a disk may have no storage.
  }
};

export const toggleTheme = (): void => {
  const theme = isDark() ? 'light' : 'dark';
  root.dataset['theme'] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It holds until the page is closed.
  }
};
