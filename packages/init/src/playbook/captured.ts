import { isGiven, type Variable } from '../look/configuration.ts'
import type { Survey } from '../look/survey.ts'

/** Which variables a recovery point takes along, and which of the example it does not. */
export function captured({ configuration, django }: Survey) {
  const { variables } = configuration
  const known = new Set(variables.map(({ name }) => name))
  const requiredBeside = (django?.required ?? [])
    .filter((name) => /^[A-Z_][A-Z0-9_]*$/.test(name) && !known.has(name))
    .map((name): Variable => ({ name, example: '', isSecret: true }))
  const isRead = ({ name }: Variable) =>
    django === undefined || django.reads(name) || name.startsWith('CLOUDINARY_')
  const asked = [...variables, ...requiredBeside].filter(({ name }) => !isGiven(name))
  return { kept: asked.filter(isRead), left: asked.filter((one) => !isRead(one)) }
}
