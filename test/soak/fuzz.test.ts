/** The fuzz of the C front end, 10,000 runs of each kind: only under `npm run soak`. */
import { describe } from 'vitest';

if (process.env['HOLDFAST_SOAK'] === undefined) describe.skip('front-end fuzz');
else await import('../frontends/fuzz.test.js');
