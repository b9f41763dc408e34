import { z } from 'zod';
import { POLICY_KINDS } from '../core/learning';
import { trainSettingsSchema } from '../core/train-settings';
import type { MethodInfo, SettingField } from '../core/training-run';
import { METHODS } from '../learner/policies';

/** Every way to learn with all its settings, as the Train screen shows them. */
export function methodList(): readonly MethodInfo[] {
  return POLICY_KINDS.map((kind) => {
    const { title, summary, pictures, needsCamera, settings, config, memorise } = METHODS[kind];
    return {
      kind,
      title,
      summary,
      sees: pictures !== null,
      needsCamera,
      remembers: memorise !== undefined,
      settings: fieldsOf(trainSettingsSchema, settings),
      config: fieldsOf(config, config.parse({})),
    };
  });
}

const propertySchema = z.object({
  type: z.string().optional(),
  description: z.string().default(''),
  enum: z.array(z.string()).default([]),
  minimum: z.number().nullable().default(null),
  maximum: z.number().nullable().default(null),
  exclusiveMinimum: z.number().optional(),
  items: z.object({ type: z.string().optional() }).optional(),
});
const objectSchema = z.object({ properties: z.record(z.string(), propertySchema) });
const valueSchema = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.number())])
  .nullable()
  .catch(null);

/** The fields of an object schema: what their JSON schema says of them, with these values. */
export function fieldsOf(schema: z.ZodType, values: Readonly<Record<string, unknown>>): SettingField[] {
  const { properties } = objectSchema.parse(z.toJSONSchema(schema, { io: 'output' }));
  return Object.entries(properties).map(([key, property]) => ({
    key,
    text: property.description,
    kind: kindOf(property),
    min: property.minimum ?? property.exclusiveMinimum ?? null,
    max: property.maximum,
    choices: property.enum,
    // A setting that is left out is one nobody has to decide.
    value: valueSchema.parse(values[key] ?? null),
  }));
}

function kindOf({ type, enum: choices, items }: z.output<typeof propertySchema>): SettingField['kind'] {
  if (choices.length > 0) return 'choice';
  if (type === 'boolean') return 'switch';
  if (type === 'integer' || type === 'number') return type;
  if (type === 'array' && items?.type === 'integer') return 'integers';
  return 'text';
}
