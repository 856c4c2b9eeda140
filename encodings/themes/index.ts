/** All themes, in the order in which they are searched: small ones first. */
import { globals } from './globals.js';
import { kptrs } from './kptrs.js';
import { lists } from './lists.js';
import { regions } from './regions.js';
import { resilient } from './resilient.js';
import type { Theme } from './theme.js';
import { tree } from './tree.js';
import { values } from './values.js';

export const themes: readonly Theme[] = [regions, globals, values, kptrs, tree, resilient, lists];

/** Returns the theme called `id`, or undefined if there is none. */
export const themeNamed = (id: string): Theme | undefined => themes.find(t => t.id === id);
