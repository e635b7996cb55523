export { openForger } from './forge.ts'
