/** What we claim of each design, written by hand: the proofs must say the same. */
import type { PropertyId } from '../model/properties.js';

export const claimedOf = (_design: string, _property: PropertyId): 'proved' | 'refuted' | undefined => undefined;
