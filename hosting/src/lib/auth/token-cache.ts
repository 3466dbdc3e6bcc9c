export interface IssuedToken {
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Renew this long before the end, so that no request starts with a token that dies on its way. */
const MARGIN_MS = 30_000;

/**
 * Keeps one short-lived token, fetched on demand by one request at a time however many ask. `owner` says whose
 * it is: a token of another owner is never handed out.
 */
export class TokenCache {
  readonly #issue: () => Promise<IssuedToken>;
  readonly #now: () => number;
  #owner: string | undefined;
  #token: IssuedToken | undefined;
  #pending: Promise<IssuedToken> | undefined;

  constructor(issue: () => Promise<IssuedToken>, now: () => number = Date.now) {
    this.#issue = issue;
    this.#now = now;
  }

  async get(owner: string): Promise<string> {
    if (owner !== this.#owner) this.clear(owner);
    if (this.#token && this.#token.expiresAt - MARGIN_MS > this.#now()) return this.#token.token;
    this.#pending ??= this.#issue();
    const pending = this.#pending;
    try {
      const issued = await pending;
      if (this.#pending === pending) this.#token = issued;
      return issued.token;
    } finally {
      if (this.#pending === pending) this.#pending = undefined;
    }
  }

  /** Forgets `token` if it is still the one kept: a later one that another request fetched stays. */
  discard(token: string): void {
    if (this.#token?.token === token) this.#token = undefined;
  }

  clear(owner?: string): void {
    this.#owner = owner;
    this.#token = undefined;
    this.#pending = undefined;
  }
}
