/** All themes, in the order in which they are searched. */
import { lists } from './lists.js';
import type { Theme } from './theme.js';

export const themes: readonly Theme[] = [lists];

/** Returns the theme called `id`, or undefined if there is none. */
export const themeNamed = (id: string): Theme | undefined => themes.find(t => t.id === id);
