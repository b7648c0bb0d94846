// lib/deep/b.js
