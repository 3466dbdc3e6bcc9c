import type { Model, Provider } from '#lib/api/types.ts';

/** A chat model as the playground offers it. */
export interface ModelChoice {
  /** How the URL names it: the bare id, or `provider/id` where two providers share an id. */
  ref: string;
  providerId: string;
  providerName: string;
  configured: boolean;
  sandbox: boolean;
  model: Model;
}

export const MAX_COLUMNS = 4;

export function modelChoices(providers: readonly Provider[]): ModelChoice[] {
  const all = providers.flatMap((provider) =>
    provider.models
      .filter((model) => model.capabilities.includes('chat'))
      .map((model) => ({ provider, model })),
  );
  const timesSeen = new Map<string, number>();
  for (const { model } of all) timesSeen.set(model.id, (timesSeen.get(model.id) ?? 0) + 1);
  return all.map(({ provider, model }) => ({
    ref: timesSeen.get(model.id) === 1 ? model.id : `${provider.id}/${model.id}`,
    providerId: provider.id,
    providerName: provider.name,
    configured: provider.configured,
    sandbox: provider.sandbox,
    model,
  }));
}

/** What a URL's `m` means, `provider/id` understood for every model. */
export function findChoice(choices: readonly ModelChoice[], ref: string): ModelChoice | undefined {
  return choices.find((choice) => choice.ref === ref || `${choice.providerId}/${choice.model.id}` === ref);
}

export interface ColumnSpec {
  /** Stable while other columns come and go: the model, and which of its columns this is. */
  key: string;
  ref: string;
  /** Undefined where the URL names a model that is not offered. */
  choice: ModelChoice | undefined;
}

/** The columns that a URL asks for; without any, the first model that can be called. */
export function columnsOf(refs: readonly string[], choices: readonly ModelChoice[]): ColumnSpec[] {
  const first = choices.find((choice) => choice.configured);
  const wanted = refs.length > 0 ? refs.slice(0, MAX_COLUMNS) : first ? [first.ref] : [];
  const seen = new Map<string, number>();
  return wanted.map((ref) => {
    const nth = (seen.get(ref) ?? 0) + 1;
    seen.set(ref, nth);
    return { key: `${ref}#${nth}`, ref, choice: findChoice(choices, ref) };
  });
}

/** The next model worth comparing: the first callable one of another provider, else of the same. */
export function nextChoice(
  choices: readonly ModelChoice[],
  columns: readonly ColumnSpec[],
): ModelChoice | undefined {
  const callable = choices.filter((choice) => choice.configured);
  const shown = new Set(columns.map((column) => column.choice?.ref));
  const providers = new Set(columns.map((column) => column.choice?.providerId));
  const fresh = callable.filter((choice) => !shown.has(choice.ref));
  return fresh.find((choice) => !providers.has(choice.providerId)) ?? fresh[0];
}
