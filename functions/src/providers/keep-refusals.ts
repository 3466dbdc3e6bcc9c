import { directFetch } from './direct-fetch.ts';

/** A provider's answer on its way past an SDK. */
export class Kept extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super('The provider answered');
    this.name = 'Kept';
    this.response = response;
  }
}

/**
 * The `fetch` of a client whose refusals are to be passed on byte for byte: left to itself an SDK reads their
 * bodies and keeps the parsed JSON alone. `refusalOf` gets the response back from what the SDK then throws.
 */
export const keepRefusals: typeof fetch = async (input, init) => {
  const response = await directFetch(input, init);
  if (response.ok) return response;
  throw new Kept(response);
};

/** The provider's answer, where that is what was thrown, by itself or as the cause of an error of an SDK's. */
export function refusalOf(thrown: unknown): Response | undefined {
  const cause = thrown instanceof Error && !(thrown instanceof Kept) ? thrown.cause : thrown;
  return cause instanceof Kept ? cause.response : undefined;
}
