package io.github.redshiftreplicator.management;

import java.util.HashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.modelmbean.InvalidTargetObjectTypeException;
import javax.management.modelmbean.ModelMBean;
import javax.management.modelmbean.ModelMBeanInfo;
import javax.management.modelmbean.RequiredModelMBean;
import org.apache.camel.CamelContext;
import org.apache.camel.management.mbean.ManagedRoute;
import org.apache.camel.support.management.DefaultManagementMBeanAssembler;
import org.apache.camel.support.management.MixinRequiredModelMBean;

/**
 * Makes Camel's MBeans of routes share one description of their attributes and operations, which takes 50 kB and is the
 * same for each. Thread-safe.
 */
public final class RouteBeans extends DefaultManagementMBeanAssembler {
    private final Map<Class<?>, ModelMBeanInfo> infos = new HashMap<>();

    public RouteBeans(CamelContext context) {
        super(context);
    }

    @Override
    public ModelMBean assemble(MBeanServer server, Object object, ObjectName name) throws JMException {
        if (!(object instanceof ManagedRoute)) {
            return super.assemble(server, object, name);
        }
        boolean masked = Boolean.TRUE.equals(
                camelContext.getManagementStrategy().getManagementAgent().getMask());
        RequiredModelMBean bean = new MixinRequiredModelMBean(info(object, name), masked, null, null);
        try {
            bean.setManagedResource(object, "ObjectReference");
        } catch (InvalidTargetObjectTypeException e) {
            throw new JMException(e.getMessage());
        }
        return bean;
    }

    private synchronized ModelMBeanInfo info(Object route, ObjectName name) throws JMException {
        ModelMBeanInfo info = infos.get(route.getClass());
        if (info == null) {
            info = assembler.getMBeanInfo(camelContext, route, null, name.toString());
            infos.put(route.getClass(), info);
        }
        return info;
    }
}
