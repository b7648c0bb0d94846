export enum K { Q = 3 }
export const a: number = K.Q
