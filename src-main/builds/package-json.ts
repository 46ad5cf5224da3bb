import { z } from 'zod';

const names = z.record(z.string(), z.string()).catch({});

/** The part of a package.json that matters here. What is malformed counts as absent: it is the user's file, not ours to judge. */
const packageJson = z.object({
  name: z.string().optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  packageManager: z.string().optional().catch(undefined),
  scripts: names.default({}),
  dependencies: names.default({}),
  devDependencies: names.default({}),
  optionalDependencies: names.default({}),
  engines: names.default({}),
  workspaces: z.unknown().optional(),
});
export type PackageJson = z.infer<typeof packageJson>;

/** Null when the text is not a package.json. */
export function parsePackageJson(text: string): PackageJson | null {
  try {
    return packageJson.parse(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return null;
  }
}

export function dependsOn(manifest: PackageJson, name: string): boolean {
  return Object.hasOwn(manifest.dependencies, name) || Object.hasOwn(manifest.devDependencies, name);
}

export function hasDependencies(manifest: PackageJson): boolean {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  return [dependencies, devDependencies, optionalDependencies].some((one) => Object.keys(one).length > 0);
}
