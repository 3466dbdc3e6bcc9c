// A promise to whoever enables a provider, held by `tsc -p functions`: without its function it does not compile. A function of
// a provider that is not enabled does not either: `proxy` takes the others alone.
import type * as deployed from './index.ts';
import type { EnabledProvider } from './providers/enabled.ts';

type Nothing<T extends never> = T;

/** An error here names what index.ts has to export. */
export type Missing = Nothing<Exclude<`${EnabledProvider}Generate`, keyof typeof deployed>>;
