import type { UpstreamError } from '../../providers/contract.ts';

/** Nobody calls for this long after a model has failed too often; doubled each time that a trial fails too. */
const OPEN_MS = 2_000;
const MOST_OPEN_MS = 60_000;

interface Circuit {
  /** In a row. */
  failures: number;
  /** How often it was opened in a row. */
  openings: number;
  openUntil: number;
  isTrying: boolean;
}

/** The right to one call of a model, to be given back with how it went; what comes after that is ignored. */
export interface Pass {
  /** @param outcome `none`: it says nothing of the provider */
  end(outcome: 'ok' | 'failed' | 'none'): void;
}

/**
 * Circuit breakers of this instance, one a provider and model. A circuit opens when calls fail one after the other;
 * while it is open nobody calls, and after it one call at a time tries whether it works again.
 */
export class Breakers {
  readonly #circuits = new Map<string, Circuit>();
  readonly #options: { failures: number; now: () => number; random: () => number };

  /** @param options `failures`: how many in a row open a circuit; 0: none ever does */
  constructor(options: { failures: number; now: () => number; random: () => number }) {
    this.#options = options;
  }

  /** Undefined while the circuit is open, or another call tries it. */
  enter(model: string): Pass | undefined {
    const circuit = this.#circuits.get(model);
    const isBroken = circuit !== undefined && circuit.openings > 0;
    if (isBroken) {
      if (circuit.isTrying || this.#options.now() < circuit.openUntil) return undefined;
      circuit.isTrying = true;
    }
    let isOver = false;
    return {
      end: (outcome) => {
        if (isOver) return;
        isOver = true;
        if (isBroken) circuit.isTrying = false;
        if (outcome === 'ok') this.#circuits.delete(model);
        if (outcome === 'failed') this.#failed(model, isBroken);
      },
    };
  }

  /** Until a call may be tried, in whole seconds; 1 at least. */
  retryAfterSeconds(model: string): number {
    const openUntil = this.#circuits.get(model)?.openUntil ?? 0;
    return Math.max(1, Math.ceil((openUntil - this.#options.now()) / 1000));
  }

  #failed(model: string, isTrial: boolean): void {
    const { failures: most, now, random } = this.#options;
    if (most === 0) return;
    const circuit = this.#circuits.get(model) ?? { failures: 0, openings: 0, openUntil: 0, isTrying: false };
    this.#circuits.set(model, circuit);
    circuit.failures += 1;
    // What was under way when it opened says nothing new.
    const isOpen = circuit.openings > 0 && !isTrial;
    if (isOpen || circuit.failures < most) return;
    const openMs = Math.min(MOST_OPEN_MS, OPEN_MS * 2 ** circuit.openings);
    circuit.openings += 1;
    // Half of it at random, so that instances don't all try at once.
    circuit.openUntil = now() + openMs / 2 + random() * (openMs / 2);
  }
}

/** Whether a failure says that the provider doesn't work; refusing a request, it does. */
export function isBreakdown({ kind, status }: UpstreamError): boolean {
  if (status !== undefined) return status >= 500 || status === 408;
  return kind === 'server_error' || kind === 'overloaded' || kind === 'connection' || kind === 'timeout';
}
