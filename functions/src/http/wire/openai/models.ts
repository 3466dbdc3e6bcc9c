/** A model that the gateway offers, in whichever format it is asked for. */
export interface OfferedModel {
  id: string;
  name: string;
  provider: string;
  capabilities: readonly string[];
  contextWindow: number;
  maxOutputTokens: number;
}

/** In the shape of OpenAI's; the catalogue does not know when a model was made, so that is the epoch. */
export function openAiModel({ id, provider }: OfferedModel) {
  return { id, object: 'model', created: 0, owned_by: provider };
}

export function openAiModels(models: readonly OfferedModel[]) {
  return { object: 'list', data: models.map(openAiModel) };
}
