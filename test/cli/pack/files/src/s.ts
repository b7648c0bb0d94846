// src/s.ts
