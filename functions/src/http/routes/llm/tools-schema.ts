import { z } from '@hono/zod-openapi';
import type { JsonSchema } from '../../../providers/contract.ts';

/** What every provider takes for a name. */
export const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const name = z.string().regex(TOOL_NAME, 'Must be 1 to 64 of A-Z, a-z, 0-9, _ and -.');

/** Deeper than any provider takes, and far less than what fills the stack. */
const MOST_LEVELS = 64;

const jsonObject = z.record(z.string(), z.unknown());

const parametersSchema = jsonObject
  .refine((schema) => !isDeeper(schema, MOST_LEVELS), `Must not be nested more than ${MOST_LEVELS} deep.`)
  .refine((schema) => schema['type'] === 'object', {
    path: ['type'],
    message: 'Must be object: arguments are named.',
  })
  .openapi({
    type: 'object',
    additionalProperties: true,
    description: 'The JSON Schema of the arguments; its type is `object`.',
  });

export const toolsSchema = z
  .array(z.strictObject({ name, description: z.string().optional(), parameters: parametersSchema }))
  .min(1)
  .max(128)
  .superRefine((tools, context) => {
    const names = tools.map((tool) => tool.name);
    const at = names.findIndex((each, nth) => names.indexOf(each) < nth);
    if (at >= 0) {
      context.addIssue({ code: 'custom', path: [at, 'name'], message: 'Another tool has this name.' });
    }
  });

export const toolChoiceSchema = z
  .union([z.enum(['auto', 'none', 'required']), z.strictObject({ name })])
  .openapi({ description: '`required`: any of the tools; `{name}`: this one. Needs `tools`.' });

export const responseSchema = z
  .strictObject({
    name: name.optional().openapi({ description: '`answer` where it is absent.' }),
    schema: jsonObject
      .superRefine((schema, context) => {
        if (isDeeper(schema, MOST_LEVELS)) {
          context.addIssue({ code: 'custom', message: `Must not be nested more than ${MOST_LEVELS} deep.` });
          return;
        }
        const fault = schema['type'] === 'object' ? looseObject(schema, []) : ROOT;
        if (fault) context.addIssue({ code: 'custom', ...fault });
      })
      .openapi({
        type: 'object',
        additionalProperties: true,
        description:
          'The JSON Schema of the answer. So that every provider takes it: its type is `object`, and each object in it has `additionalProperties: false` and all its properties in `required` (an optional one has `null` among its types).',
      }),
  })
  .transform(({ name: given = 'answer', schema }) => ({ name: given, schema }))
  .openapi({ description: 'The answer’s `content` is JSON of this schema.' });

type Fault = { path: string[]; message: string };

const ROOT: Fault = { path: ['type'], message: 'Must be object.' };

/** The first object within that leaves open what else it may hold, or whether it holds all of its properties. */
function looseObject(schema: JsonSchema, path: string[]): Fault | undefined {
  const { properties, required } = schema;
  const types = [schema['type']].flat();
  if (properties !== undefined || types.includes('object')) {
    if (schema['additionalProperties'] !== false) {
      return { path: [...path, 'additionalProperties'], message: 'Must be false in every object.' };
    }
    const listed = new Set(Array.isArray(required) ? required : []);
    const missing = Object.keys(asObject(properties)).filter((key) => !listed.has(key));
    if (missing.length > 0) {
      return { path: [...path, 'required'], message: `Must list all properties: ${missing.join(', ')}.` };
    }
  }
  const within: [string[], unknown][] = [
    ...['properties', '$defs', 'definitions'].flatMap((key) =>
      Object.entries(asObject(schema[key])).map(([of, each]): [string[], unknown] => [[key, of], each]),
    ),
    ...['anyOf', 'allOf', 'oneOf', 'prefixItems'].flatMap((key) =>
      (Array.isArray(schema[key]) ? schema[key] : []).map((each, at): [string[], unknown] => [
        [key, `${at}`],
        each,
      ]),
    ),
    [['items'], schema['items']],
  ];
  for (const [at, each] of within) {
    if (each === undefined) continue;
    const fault = looseObject(asObject(each), [...path, ...at]);
    if (fault) return fault;
  }
  return undefined;
}

function asObject(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : {};
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}
