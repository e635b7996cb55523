export { forge, openForger } from './forge.ts'
