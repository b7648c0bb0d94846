// lib/a.js
