import type { Firestore } from '@google-cloud/firestore';

export type Fate = 'ok' | 'lost' | 'applied-but-lost' | { delayMs: number };

/** A Firestore client whose commits meet a fate: never sent, sent but the answer never came, or slow. */
export function faultyFirestore(firestore: Firestore, fate: () => Fate): Firestore {
  const batch = () => {
    const real = firestore.batch();
    const commit = real.commit.bind(real);
    real.commit = async () => {
      const next = fate();
      if (next === 'lost') throw unavailable();
      if (typeof next === 'object') await new Promise((resolve) => setTimeout(resolve, next.delayMs));
      const results = await commit();
      if (next === 'applied-but-lost') throw unavailable();
      return results;
    };
    return real;
  };
  return new Proxy(firestore, {
    get(target, property) {
      if (property === 'batch') return batch;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** As the client library reports a connection that broke. */
function unavailable(): Error {
  return Object.assign(new Error('14 UNAVAILABLE: injected'), { code: 14 });
}

/** A repeatable sequence of numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
