export {
  parseRepository,
  type Endpoints,
  type GithubRequest,
  type Repository,
} from './repository.ts'
export { refusal, statusOf } from './refusal.ts'
