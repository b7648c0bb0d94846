// web:fetch: the list. FormData and fetch itself are loaded when they are first used.
export { Headers } from './headers.ts'
export { Request } from './request.ts'
export { Response } from './response.ts'
