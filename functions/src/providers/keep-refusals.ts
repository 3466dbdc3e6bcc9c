/** A provider's answer that is not a success, on its way past an SDK. */
class Refused extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super('The provider refused');
    this.name = 'Refused';
    this.response = response;
  }
}

/**
 * The `fetch` of a client whose refusals are to be passed on byte for byte: left to itself an SDK reads their
 * bodies and keeps the parsed JSON alone. `refusalOf` gets the response back from what the SDK then throws.
 */
export const keepRefusals: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.ok) return response;
  throw new Refused(response);
};

/** The provider's answer, where that is what was thrown. */
export function refusalOf(thrown: unknown): Response | undefined {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause instanceof Refused ? cause.response : undefined;
}
