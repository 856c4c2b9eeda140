/** The page in a real browser, opened from a disk: stepping, filters, links, keys, printing, and what a screen reader needs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { htmlPage } from '../../reports/html/page.js';
import { sample, sources } from '../unit/reports/html/sample.js';
import { chromiumPath, whyNoBrowser } from './chromium.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LONG = '#two-locks/long@ptr-id';
const [first] = sample.results;
const NASTY = '</script><img src=x onerror="document.title=1">&step=2#\u0000';

describe.skipIf(chromiumPath === null)(`the page in a browser${whyNoBrowser}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-page-'));
  const urlOf = (name: string): string => pathToFileURL(join(folder, name)).href;
  const url = urlOf('report.html');
  const wrong: string[] = [];
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(join(folder, 'report.html'), htmlPage(sample, sources));
    const results = first === undefined ? [] : [{ ...first, id: NASTY, subject: NASTY, asks: NASTY }, first];
    writeFileSync(join(folder, 'nasty.html'), htmlPage({ ...sample, results }, sources));
    browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });
  afterEach(() => {
    expect(wrong.splice(0)).toEqual([]);
  });

  type Options = Parameters<Browser['newContext']>[0];
  /** Whatever the console says, and whatever is asked of a network, is wrong. */
  const open = async (address: string, options: Options = {}): Promise<{ page: Page; context: BrowserContext }> => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.on('console', m => wrong.push(m.text()));
    page.on('pageerror', e => wrong.push(e.message));
    page.on('request', r => {
      if (!/^(file|data):/.test(r.url())) wrong.push(r.url());
    });
    await page.goto(address);
    return { page, context };
  };
  const inPage =
    (address: string, what: (page: Page) => Promise<void>, options: Options = {}) =>
    async (): Promise<void> => {
      const { page, context } = await open(address, options);
      await what(page);
      await context.close();
    };
  const hashOf = (page: Page): string => new URL(page.url()).hash;
  const stepOf = (page: Page): Promise<string | null> => page.locator('.lanes tr.now .number').textContent();

  test(
    'a cell of the matrix opens its page, and back leads back',
    inPage(url, async page => {
      expect(await page.locator('.matrix tbody tr:not(.topic)').count()).toBe(4);
      expect(await page.locator('#still').count()).toBe(0);
      await page
        .getByRole('link', { name: /^U unsound: accept, list-race/ })
        .first()
        .click();
      expect(hashOf(page)).toBe('#two-locks/crossed@ptr-id');
      expect(await page.locator('#cell h1').textContent()).toBe('two-locks/crossed@ptr-id');
      expect(await page.title()).toBe('two-locks/crossed@ptr-id');
      expect(await page.locator('.facts').textContent()).toContain('holdfast compare --cell two-locks/crossed@ptr-id');
      expect(await page.locator('.facts a').getAttribute('href')).toBe(
        'https://lore.kernel.org/r/20240101000000.1-1-a%40example.org',
      );
      await page.keyboard.press('j');
      await page.goBack();
      expect(await page.locator('#cell').count()).toBe(0);
      expect(await page.locator('.matrix').isVisible()).toBe(true);
      expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe('#two-locks/crossed@ptr-id');
    }),
  );

  test(
    'a link leads to a cell and its step; keys and buttons step on',
    inPage(`${url}${LONG}&step=5`, async page => {
      expect(await stepOf(page)).toBe('5');
      expect(await page.locator('.lanes tr.now').getAttribute('aria-current')).toBe('step');
      expect(await page.locator('.source .line.now').getAttribute('data-line')).toBe('9');
      const steps: readonly (readonly [string, string])[] = [
        ['j', '6'],
        ['ArrowRight', '7'],
        ['k', '6'],
        ['ArrowLeft', '5'],
        ['End', '20'],
        ['j', '20'],
        ['Home', '1'],
        ['k', '1'],
      ];
      for (const [key, step] of steps) {
        await page.keyboard.press(key);
        expect(await stepOf(page)).toBe(step);
        expect(hashOf(page)).toBe(`${LONG}&step=${step}`);
      }
      await page.getByRole('link', { name: 'Next step' }).click();
      expect(await page.locator('.source .line.now').getAttribute('data-line')).toBe('46');
      expect(await page.getByRole('status').textContent()).toContain('Step 2 of 20, CPU 0: wrong');
      await page.locator('.steps').focus();
      await page.keyboard.press('ArrowDown');
      expect(await stepOf(page)).toBe('3');
      // The current line stays in sight.
      const box = await page.locator('.code').boundingBox();
      const line = await page.locator('.source .line.now').boundingBox();
      expect(line?.y).toBeGreaterThanOrEqual(box?.y ?? 0);
      expect(line?.y).toBeLessThan((box?.y ?? 0) + (box?.height ?? 0));
    }),
  );

  test(
    'lanes, arrows and state follow the step',
    inPage(`${url}${LONG}&step=2`, async page => {
      expect(await page.locator('.lanes thead th').allTextContents()).toEqual([
        'Step',
        'CPU 0: wrong',
        'CPU 1: right',
        'user space: user',
      ]);
      const arrows = (): Promise<string[]> => page.locator('.arrow').allTextContents();
      expect(await arrows()).toEqual(['has', 'owns', '+ holds']);
      await page.keyboard.press('j');
      expect(await arrows()).toEqual(['has', '\u2212 owns', 'holds']);
      expect(await page.locator('.state table').isVisible()).toBe(false);
      await page.keyboard.press('s');
      expect(await page.locator('.state tbody tr').allTextContents()).toEqual([
        'm[0]m{0}start',
        'wrong ownsnothingthis step',
        'lock .data.A+0held by wrongstep 2',
      ]);
      await page.keyboard.press('k');
      expect(await page.locator('.state table').isVisible()).toBe(true);
    }),
  );

  test(
    'a rejection has its path beside the source',
    inPage(`${url}#two-locks/crossed@guarded-by`, async page => {
      const article = await page.locator('#cell').textContent();
      for (const section of ['Reason', 'At', 'Causal path', 'Suggestion']) expect(article).toContain(section);
      await page.keyboard.press('j');
      expect(await page.locator('.source .line.now').getAttribute('data-line')).toBe('47');
      expect(await page.locator('.lanes tr.now').textContent()).toContain('is rejected here');
    }),
  );

  test(
    'the matrix is filtered by words, kinds, outcomes and designs',
    inPage(url, async page => {
      const rows = (): Promise<string[]> => page.locator('.matrix tbody tr:not(.topic) th').allTextContents();
      await page.keyboard.press('/');
      await page.keyboard.type('LONG');
      expect(await rows()).toEqual(['long']);
      await page.getByRole('button', { name: 'Reset' }).click();
      expect(await rows()).toEqual(['one-load', 'crossed', 'right', 'long']);
      await page.getByRole('checkbox', { name: /^unsound/ }).uncheck();
      expect(await rows()).toEqual(['one-load', 'crossed', 'right']);
      await page.getByRole('button', { name: 'Reset' }).click();
      await page.getByLabel('Outcome').selectOption('unexpected');
      expect(await rows()).toEqual(['one-load']);
      await page.getByRole('button', { name: 'Reset' }).click();
      await page.locator('.choose summary').click();
      await page.getByRole('checkbox', { name: 'ptr-id', exact: true }).uncheck();
      expect(await page.locator('.matrix thead th.design').allTextContents()).toEqual(['fresh-id', 'guarded-by']);
      await page.getByRole('button', { name: 'None' }).click();
      expect(await page.locator('.nothing').textContent()).toBe('Nothing in this report is like that.');
    }),
  );

  test(
    'the matrix is one stop of the tab key, and arrows go about in it',
    inPage(url, async page => {
      expect(await page.locator('.matrix td a[tabindex="0"]').count()).toBe(1);
      await page.locator('.matrix td a[tabindex="0"]').focus();
      const here = (): Promise<string | null | undefined> =>
        page.evaluate(() => document.activeElement?.getAttribute('href'));
      for (const [key, id] of [
        ['ArrowRight', 'identity/one-load@fresh-id'],
        ['ArrowDown', 'two-locks/crossed@fresh-id'],
        ['Home', 'two-locks/crossed@ptr-id'],
        ['ArrowDown', 'two-locks/right@ptr-id'],
      ] as const) {
        await page.keyboard.press(key);
        expect(await here()).toBe(`#${id}`);
      }
      await page.keyboard.press('Enter');
      expect(await page.locator('#cell h1').textContent()).toBe('two-locks/right@ptr-id');
    }),
  );

  test(
    'help opens and closes, light and dark change and are remembered',
    inPage(
      url,
      async page => {
        await page.keyboard.press('?');
        expect(await page.getByRole('dialog').isVisible()).toBe(true);
        await page.keyboard.press('Escape');
        expect(await page.locator('#help').isVisible()).toBe(false);
        const paper = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const dark = await paper();
        await page.keyboard.press('t');
        const light = await paper();
        expect(light).not.toBe(dark);
        await page.reload();
        expect(await paper()).toBe(light);
      },
      { colorScheme: 'dark' },
    ),
  );

  test(
    'printed, it has every step and no controls',
    inPage(`${url}${LONG}&step=3`, async page => {
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('.controls').isVisible()).toBe(false);
      expect(await page.locator('.bar').isVisible()).toBe(false);
      expect(await page.locator('.lanes tbody tr:visible').count()).toBe(20);
      const [inner, outer] = await page.locator('.steps').evaluate(e => [e.scrollHeight, e.clientHeight] as const);
      expect(inner).toBe(outer);
      expect((await page.pdf()).byteLength).toBeGreaterThan(10_000);
    }),
  );

  test(
    'without scripts everything is written out',
    inPage(
      url,
      async page => {
        expect(await page.locator('#still .matrix').isVisible()).toBe(true);
        const steps = page.locator('article', { hasText: 'two-locks/long@ptr-id' }).locator('.lanes tbody tr');
        expect(await steps.count()).toBe(20);
        expect(await page.locator('#still').textContent()).toContain('breaks it here');
      },
      { javaScriptEnabled: false },
    ),
  );

  test(
    'an unknown address says so, and shows the matrix',
    inPage(`${url}#no/such@thing`, async page => {
      expect(await page.getByRole('alert').textContent()).toContain('no/such@thing');
      expect(await page.locator('.matrix').isVisible()).toBe(true);
    }),
  );

  test(
    'hostile names do nothing, and have addresses like others',
    inPage(urlOf('nasty.html'), async page => {
      expect(await page.locator('img').count()).toBe(0);
      await page.locator('.matrix td a').first().click();
      expect(await page.locator('#cell .question').textContent()).toBe(NASTY.replace('\0', '\u2400'));
      expect(await page.title()).not.toBe('1');
    }),
  );

  describe.each(['light', 'dark'] as const)('what screen readers need, %s', colorScheme => {
    test.each(['', `${LONG}&step=2`, '#two-locks/crossed@guarded-by', '#identity/one-load@ptr-id'])('at %s', hash =>
      inPage(
        `${url}${hash}`,
        async page => {
          await page.evaluate(axe);
          const violations = await page.evaluate(async () => {
            const { axe: it } = globalThis as unknown as {
              axe: {
                run: () => Promise<{
                  violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
                }>;
              };
            };
            const { violations: found } = await it.run();
            return found.map(v => `${v.id}: ${v.nodes.map(n => `${n.html} ${n.failureSummary ?? ''}`).join('\n')}`);
          });
          expect(violations).toEqual([]);
        },
        { colorScheme },
      )(),
    );
  });

  test.each([
    [1400, 900],
    [400, 800],
  ])('%i pixels wide, nothing of a page lies beside it', (width, height) =>
    inPage(
      `${url}${LONG}&step=2`,
      async page => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      },
      { viewport: { width, height } },
    )(),
  );
});
