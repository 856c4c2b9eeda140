/** The browser of the system. Nothing is downloaded: where there is none, its tests are skipped, and say so. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

export const chromiumPath: string | null =
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap(folder => NAMES.map(name => join(folder, name)))
    .find(file => existsSync(file)) ?? null;

export const whyNoBrowser = chromiumPath === null ? ' (there is no Chromium: apt install chromium)' : '';
