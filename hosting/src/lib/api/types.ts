import type { components } from './schema.d.ts';

/** Short names for what the console reads of the generated schema (`npm run openapi`). */
type Schemas = components['schemas'];

export type ClientConfig = Schemas['ClientConfig'];
export type ClientTokenAnswer = Schemas['ClientToken'];
export type ErrorBody = Schemas['Error'];
export type ProviderList = Schemas['Providers'];
export type Provider = ProviderList['providers'][number];
export type Model = Provider['models'][number];
export type GenerateBody = Schemas['GenerateRequest'];

/** The terminal `done` event of a stream: the answer without its content. */
export type GenerateDone = Omit<Schemas['GenerateAnswer'], 'content'>;
