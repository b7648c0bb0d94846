// node:util/types

import * as types from 'internal:types'

const typed = (name: string) => (value: unknown): boolean => types.typedArrayName(value) === name

function keyObjects(): any {
  return import.meta.builtin('node:crypto').default
}

export const { isAsyncFunction, isModuleNamespaceObject, isProxy } = types

const face = {
  isArgumentsObject: types.isArgumentsObject,
  isArrayBuffer: types.isArrayBuffer,
  isAsyncFunction: types.isAsyncFunction,
  isBigIntObject: types.isBigIntObject,
  isBooleanObject: types.isBooleanObject,
  isDate: types.isDate,
  /** Values that only native addons make. */
  isExternal: (value: any): boolean => value !== null && typeof value === 'object' && types.isExternal(value),
  isGeneratorFunction: types.isGeneratorFunction,
  isGeneratorObject: types.isGeneratorObject,
  isMap: types.isMap,
  isMapIterator: types.isMapIterator,
  isModuleNamespaceObject: types.isModuleNamespaceObject,
  isNativeError: types.isNativeError,
  isNumberObject: types.isNumberObject,
  isPromise: types.isPromise,
  isProxy: types.isProxy,
  isRegExp: types.isRegExp,
  isSet: types.isSet,
  isSetIterator: types.isSetIterator,
  isSharedArrayBuffer: types.isSharedArrayBuffer,
  isStringObject: types.isStringObject,
  isSymbolObject: types.isSymbolObject,
  isWeakMap: types.isWeakMap,
  isWeakSet: types.isWeakSet,
  isAnyArrayBuffer: types.isAnyArrayBuffer,
  isBoxedPrimitive: types.isBoxedPrimitive,
  isArrayBufferView: (value: unknown): boolean => ArrayBuffer.isView(value),
  isDataView: types.isDataView,
  isTypedArray: types.isTypedArray,
  isUint8Array: typed('Uint8Array'),
  isUint8ClampedArray: typed('Uint8ClampedArray'),
  isUint16Array: typed('Uint16Array'),
  isUint32Array: typed('Uint32Array'),
  isInt8Array: typed('Int8Array'),
  isInt16Array: typed('Int16Array'),
  isInt32Array: typed('Int32Array'),
  isFloat16Array: typed('Float16Array'),
  isFloat32Array: typed('Float32Array'),
  isFloat64Array: typed('Float64Array'),
  isBigInt64Array: typed('BigInt64Array'),
  isBigUint64Array: typed('BigUint64Array'),
  isKeyObject: (value: any): boolean => value !== null && typeof value === 'object' && looksLike(value, 'KeyObject') && value instanceof keyObjects().KeyObject,
  isCryptoKey: (value: any): boolean => value !== null && typeof value === 'object' && looksLike(value, 'CryptoKey') && value instanceof (globalThis as any).CryptoKey,
}

/** Is a class of this name among the prototypes? Otherwise the face need not be read. */
function looksLike(value: object, name: string): boolean {
  for (let at = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.getOwnPropertyDescriptor(at, 'constructor')?.value?.name === name) return true
  }
  return false
}

export default face
