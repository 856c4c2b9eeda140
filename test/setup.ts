/** Properties that name no seed of their own get this one. */
import * as fc from 'fast-check';
import { seed } from './thorough.js';

fc.configureGlobal({ seed });
