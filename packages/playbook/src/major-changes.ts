/**
 * What a push may break that going back in code alone mends: paths by glob (picomatch), from the root of
 * the repository.
 */
export const usualMajorChanges: readonly string[] = [
  // The schema of the database.
  '**/migrations/**',
  // Dependencies.
  '**/requirements*.{txt,in}',
  '**/requirements/**',
  '**/{pyproject.toml,setup.py,setup.cfg}',
  '**/{uv.lock,poetry.lock,pdm.lock,Pipfile,Pipfile.lock}',
  '**/{package.json,package-lock.json,yarn.lock,pnpm-lock.yaml}',
  '**/{runtime.txt,.python-version,.node-version,.nvmrc}',
  // Settings.
  '**/settings*.py',
  '**/settings/**',
  // Deployment.
  '**/{Dockerfile,Containerfile}*',
  '**/{docker-compose,compose}*.{yml,yaml}',
  '**/{Procfile,railway.json,railway.toml,nixpacks.toml,fly.toml,render.yaml,app.json}',
  '.github/workflows/**',
]
