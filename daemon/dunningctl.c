/*
 * dunningctl: everything a person does with dunningd, dunningctl(1).
 */
#include "ctl/session.h"

int main(int argc, char **argv)
{
    return session_run(argc, argv);
}
