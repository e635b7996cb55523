export { forge } from './forge.ts'
