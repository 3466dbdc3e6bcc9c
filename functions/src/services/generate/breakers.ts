import type { UpstreamError } from '../../providers/contract.ts';

/** Nobody calls for this long after a model has failed too often; doubled each time that a trial fails too. */
const OPEN_MS = 2_000;
const MOST_OPEN_MS = 60_000;
/** A trial that has told nothing by then keeps nobody else from trying. */
const TRIAL_MS = 10_000;

interface Circuit {
  /** In a row. */
  failures: number;
  /** How often it was opened in a row. */
  openings: number;
  /** Nobody calls before, but for a trial that is under way. */
  openUntil: number;
}

/** The right to one call of a model, to be given back with how it went; what comes after that is ignored. */
export interface Pass {
  /** The answer has begun, however long it takes from here: a trial need not wait for its end. */
  works(): void;
  /** @param outcome `none`: it says nothing of the provider */
  end(outcome: 'ok' | 'failed' | 'none'): void;
}

/**
 * Circuit breakers of this instance, one a provider and model. A circuit opens when calls fail one after the other;
 * while it is open nobody calls, and after it one call tries whether it works again, and closes or opens it anew.
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
    const { now } = this.#options;
    const circuit = this.#circuits.get(model);
    const openings = circuit?.openings ?? 0;
    let isTrial = circuit !== undefined && openings > 0;
    if (circuit && isTrial) {
      if (now() < circuit.openUntil) return undefined;
      circuit.openUntil = now() + TRIAL_MS;
    }
    /** It has opened, or opened again, since this call began: what that one says is older news. */
    const isStale = () => this.#openings(model) > (isTrial ? openings : 0);
    let isOver = false;
    return {
      works: () => {
        if (isOver || !isTrial || isStale()) return;
        isTrial = false;
        this.#circuits.delete(model);
      },
      end: (outcome) => {
        if (isOver) return;
        isOver = true;
        if (isStale()) return;
        if (outcome === 'ok') this.#circuits.delete(model);
        else if (outcome === 'failed') this.#failed(model);
        else if (circuit && isTrial) circuit.openUntil = now();
      },
    };
  }

  /** Until a call may be tried, in whole seconds; 1 at least. */
  retryAfterSeconds(model: string): number {
    const openUntil = this.#circuits.get(model)?.openUntil ?? 0;
    return Math.max(1, Math.ceil((openUntil - this.#options.now()) / 1000));
  }

  #openings(model: string): number {
    return this.#circuits.get(model)?.openings ?? 0;
  }

  #failed(model: string): void {
    const { failures: most, now, random } = this.#options;
    if (most === 0) return;
    const circuit = this.#circuits.get(model) ?? { failures: 0, openings: 0, openUntil: 0 };
    this.#circuits.set(model, circuit);
    circuit.failures += 1;
    if (circuit.failures < most) return;
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
