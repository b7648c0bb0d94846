/* tools/banned.h: forced into every compilation: functions that have no safe use here. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#pragma GCC poison strcpy strcat sprintf vsprintf gets strtok atoi atol
