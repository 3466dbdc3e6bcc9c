import { isRecord, type JsonObject } from './json.ts';

/** What can be made to go wrong; README.md says what each looks like on the wire. */
export const FAULT_KINDS = [
  'rate_limit',
  'server_error',
  'overloaded',
  'hang',
  'cut',
  'malformed',
  'slow',
  'status',
  'error_event',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  /** `rate_limit`: seconds, sent as Retry-After. */
  retryAfterSeconds: number;
  /** Events of a stream that still go out well; `hang`: undefined means not even the headers do. */
  afterEvents: number | undefined;
  /** `slow`: milliseconds between events, or between pieces of a body. */
  delayMs: number;
  /** `status`: what to answer. */
  status: number;
  /** `status`: the answer's; `error_event`: the event's data, in the place of the provider's usual one. */
  body: unknown;
}

export interface PlannedFault extends Fault {
  id: number;
  /** Undefined: any provider. */
  provider: string | undefined;
  /** Undefined: any model. */
  model: string | undefined;
  /** How often it still strikes; null: until it is cleared. */
  remaining: number | null;
}

export class FaultError extends Error {
  override name = 'FaultError';
}

const NUMBERS = {
  retryAfterSeconds: { least: 0, most: 86_400, otherwise: 1 },
  afterEvents: { least: 0, most: 1_000_000, otherwise: undefined },
  delayMs: { least: 0, most: 60_000, otherwise: 200 },
  status: { least: 200, most: 599, otherwise: 500 },
} as const;
const FIELDS = new Set([...Object.keys(NUMBERS), 'kind', 'body', 'provider', 'model', 'times']);

/** @throws {FaultError} whose message says what is wrong. */
export function parseFault(input: JsonObject): Fault {
  const kind = FAULT_KINDS.find((known) => known === input['kind']);
  if (kind === undefined) throw new FaultError(`kind is one of ${FAULT_KINDS.join(', ')}`);
  return {
    kind,
    retryAfterSeconds: numberOf(input, 'retryAfterSeconds') ?? NUMBERS.retryAfterSeconds.otherwise,
    afterEvents: numberOf(input, 'afterEvents'),
    delayMs: numberOf(input, 'delayMs') ?? NUMBERS.delayMs.otherwise,
    status: numberOf(input, 'status') ?? NUMBERS.status.otherwise,
    body: input['body'],
  };
}

/** A fault from a directive in a prompt, where every value is text. */
export function faultFromText(input: Record<string, string>): Fault {
  const { kind, ...numbers } = input;
  const entries = Object.entries(numbers).map(([key, value]) => [key, Number(value)]);
  return parseFault({ kind, ...Object.fromEntries(entries) });
}

/** The planned faults, first planned, first met. */
export class FaultPlan {
  #planned: PlannedFault[] = [];
  #lastId = 0;
  readonly #providers: readonly string[];

  constructor(providers: readonly string[]) {
    this.#providers = providers;
  }

  /** @throws {FaultError} */
  add(input: unknown): PlannedFault {
    if (!isRecord(input)) throw new FaultError('the body is a JSON object');
    const stray = Object.keys(input).find((key) => !FIELDS.has(key));
    if (stray !== undefined) throw new FaultError(`there is no field "${stray}"`);
    const { provider, model, times = 1 } = input;
    if (provider !== undefined && !this.#providers.some((known) => known === provider)) {
      throw new FaultError(`provider is one of ${this.#providers.join(', ')}`);
    }
    if (model !== undefined && typeof model !== 'string') throw new FaultError('model is a string');
    if (typeof times !== 'number' || !Number.isInteger(times) || times < -1) {
      throw new FaultError('times is an integer; 0 or -1 mean until cleared');
    }
    const planned: PlannedFault = {
      ...parseFault(input),
      id: ++this.#lastId,
      provider: provider as string | undefined,
      model,
      remaining: times <= 0 ? null : times,
    };
    this.#planned.push(planned);
    return planned;
  }

  /** The fault that this request meets, which counts it. */
  take(provider: string, model: string | undefined): Fault | undefined {
    const fault = this.#planned.find(
      (planned) =>
        (planned.provider === undefined || planned.provider === provider) &&
        (planned.model === undefined || planned.model === model),
    );
    if (fault?.remaining != null) {
      fault.remaining -= 1;
      if (fault.remaining === 0) this.#planned = this.#planned.filter((planned) => planned !== fault);
    }
    return fault;
  }

  list(): PlannedFault[] {
    return [...this.#planned];
  }

  clear(): void {
    this.#planned = [];
  }
}

function numberOf(input: JsonObject, key: keyof typeof NUMBERS): number | undefined {
  const value = input[key];
  if (value === undefined) return undefined;
  const { least, most } = NUMBERS[key];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw new FaultError(`${key} is an integer from ${least} to ${most}`);
  }
  return value;
}
