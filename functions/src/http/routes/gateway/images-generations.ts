import type { Deps } from '../../../deps.ts';
import { GatewayError } from '../../../domain/errors.ts';
import { pictureBound } from '../../../providers/gemini/content-bound.ts';
import { assertOutputGranted } from '../../../services/images/assert-granted.ts';
import { flag, positiveInteger, requiredText } from '../../wire/fields.ts';
import { formatOf, imagesToGemini } from '../../wire/images-to-gemini/request.ts';
import { setModel } from '../../wire/model-request.ts';
import { openAiErrors } from '../../wire/openai/errors.ts';
import { callModels } from './call-models.ts';
import { carryOver } from './carry-over.ts';
import { type GatewayContext, OPENAI_HEADERS } from './context.ts';
import { asImages, asItCame } from './renditions.ts';

/** `POST /v1/images/generations` */
export async function imageGenerations(c: GatewayContext, deps: Deps): Promise<Response> {
  const { json, principal, requestId } = c.var;
  const { body } = json;
  const n = positiveInteger(body, 'n') ?? 1;
  if (body['partial_images'] !== 0) positiveInteger(body, 'partial_images');
  // The usage of each picture comes with it: a stream that is cut after the first of several tells too little.
  if (flag(body, 'stream') && n > 1) {
    throw new GatewayError('unprocessable', 'n: a stream makes one picture.', { details: { field: 'n' } });
  }
  return callModels(c, deps, {
    route: 'v1/images/generations',
    named: { model: requiredText(body, 'model') },
    capability: 'images',
    forms: {
      imageGenerations: ({ provider, model }) => {
        const sent = setModel(json, model.id);
        const bound = deps.providers
          .get(provider)
          .endpoints.imageGenerations?.bound(sent.body, sent.text, model);
        if (bound) assertOutputGranted(principal, bound);
        return {
          json: sent,
          headers: OPENAI_HEADERS,
          rendition: () => asItCame(requestId, openAiErrors),
        };
      },
      generatePicture({ model: { id } }) {
        const carried = carryOver(c, id, (lost) => imagesToGemini(body, id, lost));
        assertOutputGranted(principal, pictureBound(carried.json.body, carried.json.text));
        const created = Math.floor(deps.now() / 1000);
        const format = formatOf(body);
        return { ...carried, rendition: () => asImages(requestId, created, format) };
      },
    },
  });
}
