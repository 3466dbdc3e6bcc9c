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
export type Message = NonNullable<GenerateBody['messages']>[number];
export type ToolCall = Schemas['ToolCall'];
export type ToolChoice = NonNullable<GenerateBody['toolChoice']>;

/** The terminal `done` event of a stream: the answer without its content. */
export type GenerateDone = Omit<Schemas['GenerateAnswer'], 'content'>;

export type ApiKey = Schemas['ApiKey'];
export type ApiKeySecret = Schemas['ApiKeySecret'];
export type ApiKeyCreate = Schemas['ApiKeyCreate'];
export type ApiKeyPatch = Schemas['ApiKeyPatch'];
export type Scope = ApiKey['scopes'][number];
export type BudgetPeriod = NonNullable<ApiKey['budget']>['period'];
export type AuditRecord = Schemas['AuditRecord'];
export type UsageRecord = Schemas['UsageRecord'];
export type UsageSummaryItem = Schemas['UsageSummaryItem'];
export type Limits = Schemas['Limits'];
export type Limit = Schemas['Limit'];

export type StoredFile = Schemas['File'];
export type UploadOffer = Schemas['UploadOffer'];
