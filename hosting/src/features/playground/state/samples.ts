/** What to try tools with. */
export const SAMPLE_TOOLS = [
  {
    name: 'get_weather',
    description: 'Tells the weather of a city.',
    parameters: {
      type: 'object',
      properties: {
        city: { type: 'string', description: 'Its name, in English' },
        unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
      },
      required: ['city'],
    },
  },
];

/** A schema that every provider takes: each object closed, all of its properties required. */
export const SAMPLE_SCHEMA = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    steps: { type: 'array', items: { type: 'string' } },
    minutes: { type: ['integer', 'null'] },
  },
  required: ['title', 'steps', 'minutes'],
  additionalProperties: false,
};
