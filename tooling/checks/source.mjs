/** What the checks share: the packages of a checkout, their source files, and what a file imports. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Packages and apps of a checkout: { kind: 'packages' | 'apps', short, folder, manifest }. */
export function packages(root) {
  return ['packages', 'apps'].flatMap((kind) => {
    if (!existsSync(join(root, kind))) return [];
    return readdirSync(join(root, kind)).flatMap((short) => {
      const folder = join(root, kind, short);
      const file = join(folder, 'package.json');
      return existsSync(file) ? [{ kind, short, folder, manifest: JSON.parse(readFileSync(file, 'utf8')) }] : [];
    });
  });
}

/** Program files below a folder, leaving out what is installed, built or a fixture. */
export function sources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    if (['node_modules', 'dist', 'fixtures'].includes(name) || name.startsWith('.')) return [];
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sources(path) : /\.[cm]?[jt]sx?$/.test(name) ? [path] : [];
  });
}

export const parse = (file) => ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);

/**
 * Every string literal of a file as { name, module, line }; `module` says that it stands where a module is named: in an import or re-export, type-only
 * or not, in an import type or a dynamic import.
 */
export function stringsOf(file) {
  const source = parse(file);
  const found = [];
  const visit = (node) => {
    if (ts.isStringLiteralLike(node)) {
      const { parent } = node;
      const module =
        ts.isImportDeclaration(parent) ||
        ts.isExportDeclaration(parent) ||
        ts.isExternalModuleReference(parent) ||
        (ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent)) ||
        (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword);
      found.push({ name: node.text, module, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
