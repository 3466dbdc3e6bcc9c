/** Time in ms since the epoch, as the ledger's documents have it. */
export interface Clock {
  now(): number;
  /** A moment of this instance's own clock, in the ledger's time. */
  fromLocal(at: number): number;
  /** Tells the clock the database's time of something that was sent and answered at these local times. */
  observe(serverTime: number, sentAt: number, answeredAt: number): void;
}

/**
 * The database's clock, as far as its answers tell: an instance whose own clock is fast would otherwise refill
 * early and, since time in a ledger never runs backwards, starve all others; a slow one would refill late.
 * The offset moves only as far as an answer proves it wrong, so an honest local clock is used as it is.
 */
export function serverClock(localNow: () => number): Clock {
  let offset = 0;
  return {
    now: () => localNow() + offset,
    fromLocal: (at) => at + offset,
    observe(serverTime, sentAt, answeredAt) {
      // The server's time lies between sending and answering, so the true offset lies between these.
      const least = serverTime - answeredAt;
      const most = serverTime - sentAt;
      offset = Math.ceil(Math.min(Math.max(offset, least), most));
    },
  };
}
