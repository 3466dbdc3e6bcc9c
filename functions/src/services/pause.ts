/** Between two tries at a document that others change too: random, longer each time, half a second at most. */
export const pause = (tried: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(500, 20 * 2 ** Math.min(tried, 5))));
