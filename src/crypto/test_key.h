/* crypto/test_key.h: a key made for tests alone, valid for a hundred years: CN=localhost, DNS:localhost,
 * IP:127.0.0.1. */
#pragma once
static const char test_key[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3j5dnh+SJlTWKyh5\n"
    "PCjuxNaq/8GO9GWROfggfvkWmMShRANCAAR3EPAohsZrbNO2UttDQHRE8XP4Fae7\n"
    "C3NIdZTkABflWBf/iSfeXARkkIsrxOvSxx8sdVFhpW4S98ptYHr1Pxx+\n"
    "-----END PRIVATE KEY-----\n";
static const char test_certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBmjCCAUGgAwIBAgIUWLQfKf8z4+3Pyj4hDbDdEJe9llowCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA0Mzc1M1oYDzIxMjYxMDI4\n"
    "MDQzNzUzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAAR3EPAohsZrbNO2UttDQHRE8XP4Fae7C3NIdZTkABflWBf/iSfeXARk\n"
    "kIsrxOvSxx8sdVFhpW4S98ptYHr1Pxx+o28wbTAdBgNVHQ4EFgQUXcWj2eIWQGei\n"
    "U19OnXTTWBQZBLwwHwYDVR0jBBgwFoAUXcWj2eIWQGeiU19OnXTTWBQZBLwwDwYD\n"
    "VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI\n"
    "zj0EAwIDRwAwRAIgepWJDZ9MDh1Gaxk7Fx7epUWbCX+LO4XOQmWqMf2oGWsCIEK3\n"
    "7C9nXcHAZLEEXPgrcDCafjpKcSOQLEqrMRfiW3qq\n"
    "-----END CERTIFICATE-----\n";
