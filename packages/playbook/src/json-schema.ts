import { z } from 'zod'
import { shortForms } from './fields.ts'
import { playbookSchema } from './playbook.ts'

/** The JSON Schema of a playbook file, which gives completion in editors: docs/recovery-playbook.schema.json. */
export const playbookJsonSchema = (): unknown => ({
  title: 'Recovery playbook',
  ...z.toJSONSchema(playbookSchema, {
    io: 'input',
    // Transformations, each of which has a short form.
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const type = shortForms.get(zodSchema)
      if (type === undefined) return
      const full = { ...jsonSchema }
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key)
      jsonSchema.anyOf = [{ type }, full]
    },
  }),
})
