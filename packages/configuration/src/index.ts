export { chosenVariables, variablesIn } from './chosen-variables.ts'
export { parseConfiguration, renderConfiguration, type Variables } from './env-file.ts'
