import { randomUUID } from 'node:crypto';
import { type BrowserContext, test as base, expect, type Locator, type Page } from '@playwright/test';
import { CONSOLE_URL } from './stack.ts';

export { expect };

export interface Account {
  displayName: string;
  email: string;
  password: string;
}

export function newAccount(): Account {
  return {
    displayName: 'Ada Lovelace',
    email: `ada-${randomUUID().slice(0, 12)}@example.com`,
    password: 'correct-horse-battery',
  };
}

/** The browser reports these for every refused request; the tests look at what the page makes of them. */
const EXPECTED = /Failed to load resource/;

/**
 * `page` fails its test on anything the browser complains about: a script error, a logged error, a violation of the
 * Content-Security-Policy.
 */
const guarded = base.extend<{ tolerated: RegExp }>({
  /** What a test provokes, and the browser may complain about. */
  tolerated: [EXPECTED, { option: true }],

  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern.
  baseURL: async ({}, use) => use(CONSOLE_URL),

  page: async ({ page, tolerated }, use) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !tolerated.test(message.text())) complaints.push(message.text());
    });
    await page.exposeFunction('reportCspViolation', (what: string) => complaints.push(`CSP: ${what}`));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const report = (window as unknown as { reportCspViolation: (what: string) => void })
          .reportCspViolation;
        report(`${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    await use(page);
    expect(complaints).toEqual([]);
  },
});

/** `user` is a new person, signed in, on the playground. */
export const test = guarded.extend<{ user: Account }>({
  user: async ({ page }, use) => {
    const account = newAccount();
    await signUp(page, account);
    await use(account);
  },
});

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** Tests that start signed in, whoever it is: one person a worker, whose session every test's browser is given. */
export const signedIn = guarded.extend<object, { session: StorageState }>({
  session: [
    async ({ browser }, use) => {
      const context = await browser.newContext({ baseURL: CONSOLE_URL });
      await signUp(await context.newPage(), newAccount());
      const session = await context.storageState({ indexedDB: true });
      await context.close();
      await use(session);
    },
    { scope: 'worker' },
  ],
  storageState: ({ session }, use) => use(session),
});

export async function signUp(page: Page, account: Account): Promise<void> {
  await page.goto('/sign-up');
  await page.getByLabel('Name').fill(account.displayName);
  await page.getByLabel('Email').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(prompt(page)).toBeVisible();
}

export async function signIn(page: Page, account: Pick<Account, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('Email').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
}

export function prompt(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Prompt', exact: true });
}

/** One column of the playground, by its place from the left. */
export function column(page: Page, index = 0): Locator {
  return page.getByTestId('column').nth(index);
}

/** A figure below an answer: `State`, `Tokens`, `Cost` … */
export function figure(within: Locator, name: string): Locator {
  return within
    .locator('dl > div')
    .filter({ has: within.page().locator('dt', { hasText: name }) })
    .locator('dd');
}

export async function run(page: Page, text: string): Promise<void> {
  await prompt(page).fill(text);
  await page.getByRole('button', { name: /^Run/ }).click();
}

/** Opens the playground with these models; signed in already. */
export async function openModels(page: Page, ...models: string[]): Promise<void> {
  await page.goto(`/playground?${models.map((model) => `m=${model}`).join('&')}`);
  await expect(page.getByTestId('column')).toHaveCount(models.length);
  // Prices come with the list of models: without it nothing can run.
  await expect(column(page).getByTitle('USD per million tokens, in / out').first()).toBeAttached();
}
