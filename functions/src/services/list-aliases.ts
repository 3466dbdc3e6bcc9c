import type { ModelAliases } from '../config.ts';

export interface ListedAlias {
  id: string;
  /** In the order in which they are tried, as `provider/model`. */
  models: string[];
}

/** The deployment's names for models, each with those of its models that a grant allows; without any it is left out. */
export function listAliases(
  aliases: ModelAliases,
  grant: { providers?: string[] | undefined; models?: string[] | undefined } = {},
): ListedAlias[] {
  const isAllowed = (name: string) => {
    const [provider = '', ...rest] = name.split('/');
    const listed = grant.models?.some((each) => each === name || each === rest.join('/'));
    return (grant.providers?.includes(provider) ?? true) && (listed ?? true);
  };
  return [...aliases]
    .map(([id, models]) => ({ id, models: models.filter(isAllowed) }))
    .filter(({ models }) => models.length > 0);
}
