/* A library that is no plugin: it lacks gn_plugin_entry. */
int grapnel_test_nothing(void);
int grapnel_test_nothing(void) { return 0; }
