import { type GenerateEvent, type GenerateRequest, generate } from '../api/generate.ts';
import { foldEvent, isLive, type Run, startRun, stopRun } from './run.ts';

type Generate = (request: GenerateRequest, signal: AbortSignal) => AsyncIterable<GenerateEvent>;

/** Drawing each token on its own would cost more than it shows. */
const PUBLISH_EVERY_MS = 50;

interface Slot {
  /** The truth. */
  run: Run;
  /** What was last shown. */
  shown: Run;
  abort: AbortController;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** The runs of the playground, one per column, outside React: they go on while another page is open. */
export class RunBoard {
  readonly #generate: Generate;
  readonly #slots = new Map<string, Slot>();
  readonly #listeners = new Set<() => void>();

  constructor(run: Generate = generate) {
    this.#generate = run;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get(key: string): Run | undefined {
    return this.#slots.get(key)?.shown;
  }

  anyLive(keys: readonly string[]): boolean {
    return keys.some((key) => isLive(this.get(key)));
  }

  /** Replaces what the column held; resolves when the new run has ended. */
  async start(key: string, request: GenerateRequest): Promise<void> {
    this.#slots.get(key)?.abort.abort();
    const run = startRun(request, Date.now());
    const slot: Slot = { run, shown: run, abort: new AbortController(), timer: undefined };
    this.#slots.set(key, slot);
    this.#notify();
    try {
      for await (const event of this.#generate(request, slot.abort.signal)) {
        slot.run = foldEvent(slot.run, event, Date.now());
        if (isLive(slot.run)) this.#publishSoon(slot);
        else this.#publish(slot);
      }
    } catch (thrown) {
      if (!slot.abort.signal.aborted) throw thrown;
    }
  }

  stop(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined || !isLive(slot.run)) return;
    slot.run = stopRun(slot.run, Date.now());
    this.#publish(slot);
    slot.abort.abort();
  }

  stopAll(): void {
    for (const key of this.#slots.keys()) this.stop(key);
  }

  /** Stops and forgets what these columns don't show: they were closed, or show another model now. */
  retain(keys: readonly string[]): void {
    for (const [key, slot] of this.#slots) {
      if (keys.includes(key)) continue;
      clearTimeout(slot.timer);
      slot.abort.abort();
      this.#slots.delete(key);
    }
    this.#notify();
  }

  /** Stops and forgets everything, for instance when the person signs out. */
  clear(): void {
    this.retain([]);
  }

  /** The first token shows at once, later ones with the next beat. */
  #publishSoon(slot: Slot): void {
    if (slot.shown.text === '' && slot.run.text !== '') this.#publish(slot);
    else slot.timer ??= setTimeout(() => this.#publish(slot), PUBLISH_EVERY_MS);
  }

  #publish(slot: Slot): void {
    clearTimeout(slot.timer);
    slot.timer = undefined;
    slot.shown = slot.run;
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
